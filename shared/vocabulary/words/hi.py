"""Hindi, in its own script and as it is typed in Latin letters."""

TABLE = """
safety: सुरक्षा, सुरक्षित, खतरा, खतरे में, भागना, छिपना, डर, डर लगता है, धमकी, हिंसा, घरेलू हिंसा, मारपीट,
  मारता है, पीछा, पीड़ित, शोषण, मानव तस्करी, तस्करी, बचाओ, संरक्षण, suraksha, khatra, khatre mein, dar,
  dar lagta hai, dhamki, hinsa, marta hai, maarta hai, gharelu hinsa, bhagna, peecha, पीटता है,
  पति मारता है, पीटा, बंद कर दिया, जबरदस्ती, मजबूर, असुरक्षित, pati marta hai, pitai, zabardasti
emergency_housing: आश्रय, आश्रय गृह, शरण, रहने की जगह, सोने की जगह, रैन बसेरा, बेघर, आज रात, बिस्तर,
  ठिकाना, रहने के लिए जगह, शेल्टर, ठहरने की जगह, सड़क पर, aashray, ashray, sharan, rehne ki jagah,
  rahne ki jagah, sone ki jagah, beghar, aaj raat, rehne ke liye jagah, होटल, आवास, सोने के लिए,
  सोने को, रात गुजारना, निकाल दिया, कमरा, sone ke liye, kamra
transitional_housing: अस्थायी आवास, अस्थायी घर, आवास, आश्रय, रहने की जगह, कमरा, rehne ki jagah,
  rahne ki jagah, kamra, aavas, शरण, शेल्टर, asthayi ghar
long_term_housing: किराया, किराए का घर, मकान, घर, अपार्टमेंट, आवास, रहने की जगह, फ्लैट, kiraya,
  kiraye ka ghar, makaan, ghar, rehne ki jagah, rahne ki jagah, घर का किराया, ghar ka kiraya,
  कमरा, kamra
food_clothing: खाना, भोजन, भूख, भूखा, भूखी, भूख लगी है, कपड़े, कपड़ा, जूते, राशन, खाने का सामान, मुफ्त खाना,
  नहाना, khana, bhojan, bhookh, bhukh, bhook lagi hai, kapde, kapda, joote, ration, muft khana,
  गर्म कपड़े, खाने, खाने को, khane, garam kapde
translation: दुभाषिया, अनुवादक, अनुवाद, dubhashiya, anuvad, anuvadak, मेरी भाषा, meri bhasha
legal_guardianship: अभिभावक, संरक्षक, बच्चे की कस्टडी, कानूनी अभिभावक, abhibhavak, custody
permanency_placement: पालक परिवार, गोद लेना, god lena, गोद
legal_assistance: वकील, कानूनी, कानूनी मदद, कानूनी सहायता, वीजा, वीज़ा, आप्रवासन, इमिग्रेशन, निर्वासन,
  अदालत, कोर्ट, तलाक, अधिकार, कानून, ग्रीन कार्ड, शरण आवेदन, वेतन नहीं, vakil, vakeel, wakil,
  kanooni madad, kanuni madad, talaq, talak, adalat, kanoon, इमीग्रेशन, वर्क परमिट, वेतन नहीं मिला,
  तनख्वाह, मालिक पैसे नहीं देता, जज, मुकदमा, नागरिकता, कागज, salary nahi, tankhwah, visa
advocacy: सहारा, समर्थन, साथ देने वाला, मेरे साथ, sahara, samarthan, mere saath, सहायता समूह
medical_care: डॉक्टर, डाक्टर, अस्पताल, दवा, दवाई, बीमार, इलाज, गर्भवती, नर्स, स्वास्थ्य, क्लिनिक, दर्द, चोट,
  चिकित्सा, doctor, aspatal, dawai, dava, bimar, beemar, ilaj, garbhvati, dard, chot, स्त्री रोग,
  बुखार, आंख, चश्मा, ऑपरेशन, bukhar, hospital, डिलीवरी
dental_care: दंत चिकित्सक, दांत, दाँत, दांत का डॉक्टर, दांत दर्द, दांत में दर्द, dant, daant, dant dard,
  daant mein dard, dant ka doctor, दाँत का डॉक्टर
mental_health: परामर्श, काउंसलिंग, मानसिक, मानसिक स्वास्थ्य, अवसाद, डिप्रेशन, चिंता, उदास, तनाव, आघात,
  नींद नहीं आती, बुरे सपने, मनोवैज्ञानिक, बात करने वाला, किसी से बात, थेरेपी, paramarsh, udaas, tension,
  neend nahi aati, mansik, chinta, tanav, रोना, अकेला, अकेली, परेशान, akela, akeli, pareshan, दुखी,
  dukhi
substance_abuse_treatment: नशा, नशा मुक्ति, शराब, ड्रग्स, लत, नशे की लत, nasha, nasha mukti, sharab,
  lat, शराब छोड़ना, sharab chhodna
transportation: बस, सवारी, यातायात, परिवहन, टैक्सी, गाड़ी, किराया भाड़ा, sawari, gaadi, gadi, taxi,
  टिकट, बस का टिकट
life_skills: जीवन कौशल, बजट, खाना बनाना, बैंक खाता, khana banana, jeevan kaushal
education: स्कूल, शिक्षा, पढ़ाई, कक्षा, अंग्रेजी सीखना, अंग्रेजी, कॉलेज, पढ़ना, अंग्रेज़ी, padhai, shiksha,
  angrezi seekhna, angrezi, class
financial_assistance: पैसा, पैसे, आर्थिक सहायता, आर्थिक मदद, नकद, बिल, कर्ज, भत्ता, वित्तीय सहायता, paisa,
  paise, paise ki madad, karz, bijli ka bill, किराया देना, घर का किराया, ghar ka kiraya, मुआवजा,
  पैसे नहीं, पैसा नहीं, paise nahi, paisa nahi, बिजली का बिल
job_training_employment: नौकरी, काम, रोजगार, रोज़गार, प्रशिक्षण, ट्रेनिंग, काम चाहिए, naukri, kaam,
  rojgar, rozgar, kaam chahiye, वर्क परमिट, जॉब, नौकरी चाहिए
child_care: बाल देखभाल, बच्चों की देखभाल, आंगनवाड़ी, क्रेच, डे केयर, bachchon ki dekhbhal,
  bacche ki dekhbhal, शिशु गृह, बच्चे की देखभाल, बच्चे को संभालना, बच्चों को संभालने, bacche sambhalna
reunification_repatriation: घर वापस, देश वापस, वापस जाना, परिवार से मिलना, परिवार को ढूंढना, दूतावास,
  वतन, ghar wapas, desh wapas, wapas jana, wapas india, वाणिज्य दूतावास, भारत वापस, ghar jana,
  घर जाना, wapas, वापस, india jana, भारत जाना
identity_documents: पासपोर्ट, पहचान पत्र, कागजात, कागज, दस्तावेज, दस्तावेज़, जन्म प्रमाण पत्र, लाइसेंस,
  passport, pehchan patra, kagaz, kagzat, kaagaz, पासपोर्ट खो गया
crisis_intervention: संकट, आत्महत्या, मरना चाहती, मरना चाहता, आपातकाल, आपात, हेल्पलाइन, बलात्कार,
  atmahatya, aatmahatya, marna chahti hoon, marna chahta hoon, bachao, balatkar, तुरंत मदद, मारता है,
  marta hai, पीटता है
case_management: सामाजिक कार्यकर्ता, केस मैनेजर, समाज सेवक, samajik karyakarta

woman: महिला, महिलाओं, औरत, औरतों, लड़की, लड़कियों, स्त्री, मां, माँ, mahila, mahilaon, aurat, auraton,
  ladki, ladkiyon, maa
man: पुरुष, पुरुषों, आदमी, आदमियों, लड़का, लड़कों, मर्द, purush, purushon, aadmi, admi, ladka, ladkon
nonbinary: ट्रांसजेंडर, किन्नर, समलैंगिक, kinnar
minor: नाबालिग, किशोर, किशोरी, nabalig
adult: वयस्क, बालिग
foreign_national: प्रवासी, शरणार्थी, बिना कागज, बिना कागजात, अप्रवासी, विदेशी, bina kagaz
domestic: नागरिक, nagrik
no_id: बिना पहचान पत्र, bina id
felony: आपराधिक रिकॉर्ड, जेल
with_children: बच्चे, बच्चों, बच्चा, बच्चों के साथ, परिवार, शिशु, bachche, bacche, bachchon, parivar,
  bachche ke saath
pets: पालतू, कुत्ता, बिल्ली, kutta
language-hi: हिंदी, हिन्दी, hindi, hindi bolne wala
language-en: angrezi bolne wala
small: मुझे, मैं, मेरा, मेरी, मेरे, चाहिए, के, लिए, की, का, को, में, से, है, हैं, और, या, कहां, कहाँ, कैसे, मदद,
  सहायता, मुफ्त, मुफ़्त, पास, नहीं, एक, कोई, कौन, पर, भी, कर, करना, हूं, हूँ, mujhe, chahiye, ke, liye, ki,
  ka, ko, mein, se, hai, aur, kahan, kaise, madad, muft, paas, nahi, koi, mera, meri, main, ek,
  वाला, वाली, चाहता, चाहती, जगह, jagah, हो, गया, गई, साथ, केंद्र, सेवा, ho, bolne, पति, pati, मालिक,
  malik, नमस्ते, namaste, बहुत, bahut, यह, वह, ये, वो, हम, आप, करो, करें, दे, दो, लगी, रहा, रही, rahi,
  raha, hoon, hun, liya
"""
